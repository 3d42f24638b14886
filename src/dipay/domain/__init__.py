"""What dipay knows of the trade: accounts, aging, rules, campaigns. Pure: no file, clock, network or screen."""
