"""The network in the window: nodes, search, transfers, the listener's light."""
