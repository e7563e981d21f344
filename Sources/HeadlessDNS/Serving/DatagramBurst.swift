internal import CDatagrams
internal import Glibc

/// Room for a burst of datagrams, and what the system is told of it: received by one call, answered by one call.
///
/// The memory is this value's own, from first to last; the pointers that the headers hold lead into it, or into the
/// responses for as long as a call takes.
struct DatagramBurst: ~Copyable {
    /// How many datagrams are taken at once.
    static let limit = 64
    /// The octets of a query that are taken; DNS queries have far fewer. What is cut off is found to be malformed.
    static let room = 2_048

    private let queries = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: limit * room)
    private let senders = UnsafeMutableBufferPointer<sockaddr_storage>.allocate(capacity: limit)
    private let vectors = UnsafeMutableBufferPointer<iovec>.allocate(capacity: limit)
    private let received = UnsafeMutableBufferPointer<datagram>.allocate(capacity: limit)
    private let sent = UnsafeMutableBufferPointer<datagram>.allocate(capacity: limit)
    private let sentVectors = UnsafeMutableBufferPointer<iovec>.allocate(capacity: limit)

    init() {
        queries.initialize(repeating: 0)
        senders.initialize(repeating: sockaddr_storage())
        vectors.initialize(repeating: iovec())
        sentVectors.initialize(repeating: iovec())
        received.initialize(repeating: datagram())
        sent.initialize(repeating: datagram())
        for index in 0..<Self.limit {
            vectors[index] = iovec(iov_base: queries.baseAddress.map { $0 + index * Self.room }, iov_len: Self.room)
            received[index].header.msg_iov = vectors.baseAddress.map { $0 + index }
            received[index].header.msg_iovlen = 1
            received[index].header.msg_name = senders.baseAddress.map { UnsafeMutableRawPointer($0 + index) }
            sent[index].header.msg_iov = sentVectors.baseAddress.map { $0 + index }
            sent[index].header.msg_iovlen = 1
        }
    }

    deinit {
        queries.deallocate()
        senders.deallocate()
        vectors.deallocate()
        received.deallocate()
        sent.deallocate()
        sentVectors.deallocate()
    }

    /// Waits for datagrams; how many there are, or -1 with errno.
    func receive(_ descriptor: Int32) -> Int {
        for index in received.indices {
            received[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        }
        return Int(
            datagrams_receive(
                descriptor, received.baseAddress, UInt32(Self.limit), Int32(MSG_WAITFORONE), nil))
    }

    /// The bytes of a received datagram, valid until the next are received.
    func query(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = index * Self.room
        return UnsafeBufferPointer(rebasing: queries[start..<start + min(Int(received[index].length), Self.room)])
    }

    /// Who sent a received datagram.
    func sender(_ index: Int) -> DatagramAddress {
        DatagramAddress(storage: senders[index], length: received[index].header.msg_namelen)
    }

    /// Sends responses, each a range of the bytes for the sender of a query. One that cannot be sent is passed over, as
    /// the network might have lost it, too.
    func send(_ responses: [(query: Int, range: Range<Int>)], from bytes: [UInt8], _ descriptor: Int32) {
        // The system only reads what iov_base leads to.
        bytes.withUnsafeBytes { bytes in
            for (index, response) in responses.enumerated() {
                sent[index].header.msg_name = received[response.query].header.msg_name
                sent[index].header.msg_namelen = received[response.query].header.msg_namelen
                sentVectors[index].iov_base = bytes.baseAddress.map {
                    UnsafeMutableRawPointer(mutating: $0 + response.range.lowerBound)
                }
                sentVectors[index].iov_len = response.range.count
            }
            var done = 0
            while done < responses.count {
                let count = datagrams_send(
                    descriptor, sent.baseAddress.map { $0 + done }, UInt32(responses.count - done), 0)
                done += count > 0 ? Int(count) : (errno == EINTR ? 0 : 1)
            }
        }
    }
}
