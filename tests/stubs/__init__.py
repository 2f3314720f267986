"""Stand-ins for services of other companies, each a real server on a real socket."""
