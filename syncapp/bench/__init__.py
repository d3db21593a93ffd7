"""What the product claims about its speed, as counts and ratios that anybody can print."""
