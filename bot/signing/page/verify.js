// Check the signature of a text. The bot does the same in plain_form.py and signature.py; the tests compare both.
(function (root) {
  "use strict";

  var ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  var CODE = /(?:^|[ \t\r\n\u00a0])([1-9A-HJ-NP-Za-km-z]{92})[ \t\r\n\u00a0]*$/;
  var KINDS = { 1: "announcement", 2: "handover" };
  // The order of the group. A signature whose second half is not smaller is another spelling of a known one.
  var ORDER = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";

  function normalized(text) {
    text = text.replace(/\r\n?/g, "\n").replace(/[\t\u00a0\u202f]/g, " ");
    text = text.replace(/([\u00a9\u00ae\u203c-\u3299]|[\ud83c\ud83d][\udc00-\udfff]|\ud83e[\udc00-\udeff])[\ufe0e\ufe0f]+/g, "$1");
    text = text.replace(/\ufe0f+(?=\u20e3)/g, "").normalize("NFC");
    return text.replace(/ +(?=\n)/g, "").replace(/^[ \n]+|[ \n]+$/g, "");
  }

  function decode(text, size) {
    var bytes = new Uint8Array(size);
    for (var i = 0; i < text.length; i++) {
      var carry = ALPHABET.indexOf(text.charAt(i));
      if (carry < 0) return null;
      for (var j = size - 1; j >= 0; j--) {
        carry += bytes[j] * 58;
        bytes[j] = carry & 255;
        carry >>= 8;
      }
      if (carry) return null;
    }
    return bytes;
  }

  function utf8(text) {
    var encoded = unescape(encodeURIComponent(text)); // raises URIError for half a character
    var bytes = new Uint8Array(encoded.length);
    for (var i = 0; i < encoded.length; i++) bytes[i] = encoded.charCodeAt(i);
    return bytes;
  }

  function isReduced(signature) {
    for (var i = 0; i < 32; i++) {
      var limit = parseInt(ORDER.substr(i * 2, 2), 16);
      if (signature[63 - i] !== limit) return signature[63 - i] < limit;
    }
    return false;
  }

  function dayOf(code) {
    return new Date((code[1] * 256 + code[2]) * 86400000).toISOString().slice(0, 10);
  }

  function isSigned(message, signature, publicKey) {
    return isReduced(signature) && root.nacl.sign.detached.verify(message, signature, publicKey);
  }

  // Return {found: "genuine", kind, day, language}, or {found: "forged" | "no_code" | "no_text"}.
  function verify(text, separateCode, campaign) {
    var match = CODE.exec(text);
    var word = separateCode.replace(/\s/g, "") || (match ? match[1] : "");
    var body = normalized(match ? text.slice(0, match.index) : text);
    if (!body) return { found: "no_text" };
    if (!word) return { found: "no_code" };
    var code = word.length === 92 ? decode(word, 67) : null;
    var kind = code ? KINDS[code[0]] : null;
    for (var i = 0; kind && i < campaign.languages.length; i++) {
      var language = campaign.languages[i];
      if (_isSignedIn(language, code, kind, body, campaign)) {
        return { found: "genuine", kind: kind, day: dayOf(code), language: language };
      }
    }
    return { found: "forged" };
  }

  function _isSignedIn(language, code, kind, body, campaign) {
    var fields = ["declaration-bot 1", kind, campaign.id, language, dayOf(code), body];
    try {
      return isSigned(utf8(fields.join("\n")), code.subarray(3), decode(campaign.public_key, 32));
    } catch (error) {
      if (error instanceof URIError) return false;
      throw error;
    }
  }

  root.signatures = { verify: verify, normalized: normalized, decode: decode, isSigned: isSigned };
})(self);
