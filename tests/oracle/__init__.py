"""An independent calculation of the indicators, to check the product's; it imports nothing of the product."""
