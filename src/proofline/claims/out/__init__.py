"""What goes to the payer: the 837P of a batch of claims, and the other forms of the same claims."""
