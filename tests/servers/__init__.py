"""Real servers for tests: MariaDB, Redis and Valkey on free ports, up in a fraction of a second."""

from tests.servers.mariadb import MariaDB
from tests.servers.mysql import MySQL, sql_server
from tests.servers.redis import Redis, RedisServer, Valkey

__all__ = ["MariaDB", "MySQL", "Redis", "RedisServer", "Valkey", "sql_server"]
