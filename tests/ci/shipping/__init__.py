"""What tests/ci/ships is made of."""
