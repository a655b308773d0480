"""The network as the window sees it: ``workspace.network_services`` over the node's process and its lists."""
