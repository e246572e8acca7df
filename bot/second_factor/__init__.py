"""Ask admins for a code of their authenticator app before certain acts.

A person who has stolen an account, but not the app, cannot do these acts.
"""
