"""What has to be fetched from a vendor, and the one way out of the house."""
