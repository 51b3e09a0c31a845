"""From a closed period to money: signed, drafted, held or released, sent, posted, amended."""
