"""Trains SDXL LoRAs of pixel art and draws with SDXL for DGX-Pixels: a control process behind two ZeroMQ sockets, and a process for each job."""

__version__ = "0.1.0"
