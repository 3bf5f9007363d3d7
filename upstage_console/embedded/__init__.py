"""PostgreSQL and Valkey without installing either: the servers of the one-command start.

A *keeper* process holds the servers as its children. Every process that uses them, an *owner*, holds a shared file
lock; the keeper stops them when it can take that lock for itself, which is when the last owner is gone, however it
went. So the kernel counts the owners, and nothing is left behind by a Ctrl-C or a `kill -9`.

    places      where the data, the sockets and the locks are, and who runs the servers
    processes   children that stop when their parent dies
    postgres    one PostgreSQL: made once, started, stopped
    valkey      one Valkey: started, stopped
    keeper      the process that holds both
    ownership   what a process does to have them running
    backend     Django's PostgreSQL backend, which asks for the server at the first connection
"""
