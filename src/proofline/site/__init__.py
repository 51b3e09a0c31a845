"""The street address: settings from the environment, the map of addresses, the server."""
