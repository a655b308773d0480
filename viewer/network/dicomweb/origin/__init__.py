"""The origin server: what is here, for others, over HTTP (PS3.18). Reads; stores only where it is allowed to."""
