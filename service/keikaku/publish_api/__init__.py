"""The publishing API: an application of its own, by which a publisher changes plans over HTTP."""
