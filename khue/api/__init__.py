"""The API: what pages do, for programs. It calls the services that pages call; docs/api.md tells how to use it."""
