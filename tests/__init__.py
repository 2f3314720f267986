"""Tests of Frontdesk, made of real parts: real servers, real sockets, real processes."""
