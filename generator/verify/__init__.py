"""Asking the registries about the works of a library: this package alone knows the network."""
