"""Build the web page that checks signatures without a network.

`nacl.min.js` is TweetNaCl.js 1.0.3 (https://tweetnacl.js.org, public domain, audited by Cure53), unchanged from the
npm package. It needs neither WebCrypto nor BigInt, which browsers of old phones lack.
"""
