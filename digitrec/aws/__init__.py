"""What Lambda sends that is not an HTTP request."""
