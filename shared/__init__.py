"""What the gateway and the workers must agree on."""
