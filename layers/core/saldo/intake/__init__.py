"""Files come in: by the API, an upload, a drop folder or mail; each is taken by what it is."""
