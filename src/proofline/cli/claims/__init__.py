"""Claims at the terminal: what goes to the payer, and what comes back."""
