"""The application: storage, publishing, receiving, graph, endpoints, pages, command line."""
