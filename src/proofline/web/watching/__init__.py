"""What watches every request, and tells those who watch the service how it does."""
