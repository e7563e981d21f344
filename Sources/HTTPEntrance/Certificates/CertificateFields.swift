internal import Glibc

/// What a certificate says, as far as an entrance wants to know it (RFC 5280, 4.1). NIOSSL tells its alternative names only under a
/// name that is not for others, and neither its issuer nor its subject.
struct CertificateFields {
    /// The encoded name of who issued it, and of whom it is for: equal names are equal octets.
    var issuer: ArraySlice<UInt8>
    var subject: ArraySlice<UInt8>
    /// From when and until when it holds, in seconds since 1970.
    var notBefore: Int64
    var notAfter: Int64
    /// The host names and addresses among its alternative names, as ``HostNames`` writes them.
    var alternativeNames: [String] = []

    /// Reads the DER of a certificate.
    init(_ der: [UInt8]) throws(DERProblem) {
        var whole = DERReader(der[...])
        var certificate = DERReader(try whole.next(DERReader.Tag.sequence))
        var body = DERReader(try certificate.next(DERReader.Tag.sequence))
        _ = try body.optional(DERReader.Tag.context(0))  // The version.
        _ = try body.next(DERReader.Tag.integer)  // The serial number.
        _ = try body.next(DERReader.Tag.sequence)  // The algorithm of the signature.
        issuer = try body.next(DERReader.Tag.sequence)
        var validity = DERReader(try body.next(DERReader.Tag.sequence))
        notBefore = try CertificateTime.seconds(validity.next())
        notAfter = try CertificateTime.seconds(validity.next())
        subject = try body.next(DERReader.Tag.sequence)
        while !body.isAtEnd {
            let element = try body.next()
            if element.tag == DERReader.Tag.context(3) { try readExtensions(element.content) }
        }
    }

    private static let alternativeNameIdentifier: [UInt8] = [0x55, 0x1D, 0x11]

    private mutating func readExtensions(_ content: ArraySlice<UInt8>) throws(DERProblem) {
        var outer = DERReader(content)
        var extensions = DERReader(try outer.next(DERReader.Tag.sequence))
        while !extensions.isAtEnd {
            var one = DERReader(try extensions.next(DERReader.Tag.sequence))
            let identifier = try one.next(DERReader.Tag.identifier)
            _ = try one.optional(DERReader.Tag.boolean)  // Whether it is critical.
            let value = try one.next(DERReader.Tag.octets)
            if identifier.elementsEqual(Self.alternativeNameIdentifier) { try readAlternativeNames(value) }
        }
    }

    /// dNSName is number 2 and iPAddress number 7 of the choice (RFC 5280, 4.2.1.6).
    private mutating func readAlternativeNames(_ content: ArraySlice<UInt8>) throws(DERProblem) {
        var outer = DERReader(content)
        var names = DERReader(try outer.next(DERReader.Tag.sequence))
        while !names.isAtEnd {
            let name = try names.next()
            switch name.tag {
            case 0x82: if let host = HostNames.host(name.content) { alternativeNames.append(host) }
            case 0x87: if let address = HostNames.address(name.content) { alternativeNames.append(address) }
            default: continue
            }
        }
    }
}

/// Host names and addresses as they are compared: in lower case without a last dot, addresses as the system writes them.
enum HostNames {
    /// A host name, or a wildcard for one; nil when it can be none.
    static func host(_ octets: some Sequence<UInt8>) -> String? {
        var name = String(decoding: Array(octets), as: UTF8.self).lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        let isPlain = name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "*"): true
            default: false
            }
        }
        return isPlain && !name.isEmpty && name.utf8.count <= 253 ? name : nil
    }

    /// An address of 4 octets, or 16.
    static func address(_ octets: some Sequence<UInt8>) -> String? {
        let octets = Array(octets)
        guard octets.count == 4 || octets.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
