"""What tests share: people, processes and simulated parts."""
