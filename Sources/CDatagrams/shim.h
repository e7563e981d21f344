#pragma once

#include <sys/socket.h>
#include <time.h>

// recvmmsg(2) and sendmmsg(2), which <sys/socket.h> shows under _GNU_SOURCE only and Swift's Glibc module not at all.

/// One message of a burst: `struct mmsghdr`.
struct datagram {
    struct msghdr header;
    unsigned int length;
};

/// Receives up to `count` datagrams; how many, or -1 with errno.
extern int datagrams_receive(int descriptor, struct datagram *datagrams, unsigned int count, int flags,
                             struct timespec *timeout) __asm__("recvmmsg");

/// Sends up to `count` datagrams; how many, or -1 with errno when the first could not be sent.
extern int datagrams_send(int descriptor, struct datagram *datagrams, unsigned int count, int flags) __asm__("sendmmsg");
