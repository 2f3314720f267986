"""The gateway: validates, stores, hints and relays; it does no work itself."""
