"""What arrives: bytes kept under their digest, unpacked, cut into pieces and into documents."""
