"""What machines of others have to do with the book: keys, subscriptions, lists page by page."""
