"""Send pictures, documents and recordings. Each is uploaded once; afterwards it is sent by its file id."""
