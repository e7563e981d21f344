extension MessageDecoder {
    /// The RDATA between here and `end`. What it reads beyond `end` the caller finds by the position.
    mutating func recordData(_ type: RecordType, end: Int) throws(DNSDecodingError) -> RecordData {
        switch type {
        case .a:
            return .a(IPv4Address(rawValue: try uint32()))
        case .aaaa:
            return .aaaa(IPv6Address(high: try uint64(), low: try uint64()))
        case .srv:
            return .srv(
                ServiceLocation(priority: try uint16(), weight: try uint16(), port: try uint16(), target: try name()))
        case .ptr:
            return .ptr(try name())
        case .ns:
            return .ns(try name())
        case .cname:
            return .cname(try name())
        case .txt:
            return .txt(try characterStrings(end: end))
        case .soa:
            return .soa(try startOfAuthority())
        default:
            return .opaque(type, try octets(end - position))
        }
    }

    private mutating func startOfAuthority() throws(DNSDecodingError) -> StartOfAuthority {
        StartOfAuthority(
            primary: try name(), mailbox: try name(), serial: try uint32(), refresh: try uint32(), retry: try uint32(),
            expire: try uint32(), minimum: try uint32())
    }

    private mutating func characterStrings(end: Int) throws(DNSDecodingError) -> [[UInt8]] {
        guard position < end else { throw error(.badDataLength) }
        var strings: [[UInt8]] = []
        while position < end {
            strings.append(try octets(Int(try uint8())))
        }
        return strings
    }
}

extension MessageDecoder {
    func error(_ code: DNSDecodingError.Code, at offset: Int? = nil) -> DNSDecodingError {
        DNSDecodingError(code: code, offset: offset ?? position)
    }

    mutating func uint8() throws(DNSDecodingError) -> UInt8 {
        guard position < bytes.count else { throw error(.truncated) }
        position += 1
        return bytes[position - 1]
    }

    mutating func uint16() throws(DNSDecodingError) -> UInt16 {
        guard bytes.count - position >= 2 else { throw error(.truncated) }
        position += 2
        return UInt16(bytes[position - 2]) << 8 | UInt16(bytes[position - 1])
    }

    mutating func uint32() throws(DNSDecodingError) -> UInt32 {
        guard bytes.count - position >= 4 else { throw error(.truncated) }
        return UInt32(try uint16()) << 16 | UInt32(try uint16())
    }

    mutating func uint64() throws(DNSDecodingError) -> UInt64 {
        guard bytes.count - position >= 8 else { throw error(.truncated) }
        return UInt64(try uint32()) << 32 | UInt64(try uint32())
    }

    mutating func octets(_ count: Int) throws(DNSDecodingError) -> [UInt8] {
        guard count >= 0, bytes.count - position >= count else { throw error(.truncated) }
        position += count
        return Array(bytes[position - count..<position])
    }
}
