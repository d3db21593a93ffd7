"""What the REST interfaces of all layers share: who asks, what a refusal looks like, pages, limits, shapes."""
