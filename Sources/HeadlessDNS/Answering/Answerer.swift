package import DNSMessage

/// Answers queries out of a zone: bytes in, bytes out, no I/O.
package struct Answerer: Sendable {
    /// The zone that is served.
    package var index: ZoneIndex
    /// Whether names outside the zone can be asked of others; without, they are REFUSED.
    package var forwards: Bool

    /// How a query came and its response goes.
    package enum Transport: Sendable {
        /// One datagram: cut to what the client takes.
        case udp
        /// A stream: up to 65,535 octets.
        case tcp
    }

    /// What became of a query.
    package enum Verdict: Sendable {
        /// A response was appended.
        case answered(ResponseCode, truncated: Bool)
        /// There is nothing to say: the bytes are no query, or too few.
        case ignored
        /// The name is not ours: to be asked of others.
        case forward(QueryView)
    }

    /// The largest response sent over UDP, in octets, whatever a client says that it takes (DNS flag day 2020), and what
    /// is said to clients about queries.
    package static let maximumDatagram = 1_232

    /// An answerer of a zone.
    package init(_ index: ZoneIndex, forwards: Bool = false) {
        self.index = index
        self.forwards = forwards
    }

    /// Answers one query by appending the response.
    package func answer(_ query: Span<UInt8>, over transport: Transport, into response: inout [UInt8]) -> Verdict {
        switch QueryView.read(query) {
        case .query(let view): answer(view, in: query, over: transport, into: &response)
        case .ignored: .ignored
        case .malformed(let view): refuse(view, .formatError, into: &response)
        case .notImplemented(let view): refuse(view, .notImplemented, into: &response)
        }
    }

    private func answer(
        _ view: QueryView, in query: Span<UInt8>, over transport: Transport, into response: inout [UInt8]
    ) -> Verdict {
        if let edns = view.edns, edns.version != 0 { return respond(.badVersion, view, query, into: &response) }
        // Other classes, zone transfers and the types 128 to 254 that are no data (RFC 6895, section 3.1).
        guard view.recordClass == 1, !(128...254).contains(view.type) else {
            return respond(.refused, view, query, into: &response)
        }
        switch index.find(view, in: query) {
        case .answer(let answer):
            return respond(answer, view, query, limit: Self.limit(view, transport), into: &response)
        case .noData(let zone):
            return respond(.noError, view, query, zoneAt: zone, into: &response)
        case .noName(let zone):
            return respond(.nameError, view, query, zoneAt: zone, into: &response)
        case .elsewhere:
            if let address = view.addressName(in: query) { return respond(address, view, query, into: &response) }
            let wanted = view.flags & Header.Flags.recursionDesired.rawValue != 0
            return forwards && wanted ? .forward(view) : respond(.refused, view, query, into: &response)
        }
    }

    /// The octets that a response may have.
    private static func limit(_ view: QueryView, _ transport: Transport) -> Int {
        switch transport {
        case .tcp: 65_535
        case .udp: min(max(view.edns?.payloadSize ?? 512, 512), maximumDatagram)
        }
    }
}
