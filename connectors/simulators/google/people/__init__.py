"""Google's People API in the simulator: the contacts of each account, masks, etags, sync tokens, quotas, refusals."""
