"""What differs between the array libraries that rules run on, one file each."""
