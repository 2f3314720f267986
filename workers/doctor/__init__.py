"""What `frontdesk doctor` looks at: a table of checks, each with what to do when it finds something wrong."""
