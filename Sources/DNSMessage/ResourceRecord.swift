/// What is asked (RFC 1035, section 4.1.2).
public struct Question: Hashable, Sendable {
    /// The name asked for.
    public var name: Name
    /// The type asked for.
    public var type: RecordType
    /// The class asked in.
    public var recordClass: RecordClass

    /// A question, by default in the class IN.
    public init(_ name: Name, _ type: RecordType, recordClass: RecordClass = .internet) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }
}

/// One record (RFC 1035, section 4.1.3).
public struct ResourceRecord: Hashable, Sendable {
    /// The name that the record belongs to.
    public var name: Name
    /// Its class.
    public var recordClass: RecordClass
    /// How long it may be kept, in seconds.
    public var timeToLive: UInt32
    /// Its type and content.
    public var data: RecordData

    /// A record, by default in the class IN. `timeToLive` is in seconds.
    public init(_ name: Name, recordClass: RecordClass = .internet, timeToLive: UInt32, data: RecordData) {
        self.name = name
        self.recordClass = recordClass
        self.timeToLive = timeToLive
        self.data = data
    }
}

/// The content of a record.
public enum RecordData: Hashable, Sendable {
    /// A host's IPv4 address.
    case a(IPv4Address)
    /// A host's IPv6 address.
    case aaaa(IPv6Address)
    /// A service's host and port.
    case srv(ServiceLocation)
    /// The name behind an address.
    case ptr(Name)
    /// Character strings of at most 255 octets each; at least one (RFC 1035, section 3.3.14).
    case txt([[UInt8]])
    /// The start of a zone.
    case soa(StartOfAuthority)
    /// A name server.
    case ns(Name)
    /// The canonical name of an alias. Read from others; never in a zone of ours.
    case cname(Name)
    /// Any other type, its content untouched. A content with compressed names in it (an MX record, say) means nothing
    /// outside the message that it came in.
    case opaque(RecordType, [UInt8])

    /// The record's type.
    public var type: RecordType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .srv: .srv
        case .ptr: .ptr
        case .txt: .txt
        case .soa: .soa
        case .ns: .ns
        case .cname: .cname
        case .opaque(let type, _): type
        }
    }
}

/// The content of an SRV record (RFC 2782).
public struct ServiceLocation: Hashable, Sendable {
    /// Lower is tried first.
    public var priority: UInt16
    /// The share among records of one priority.
    public var weight: UInt16
    /// The port of the service on its host.
    public var port: UInt16
    /// The host.
    public var target: Name

    /// The content of an SRV record.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: Name) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// The content of an SOA record (RFC 1035, section 3.3.13). All times are in seconds.
public struct StartOfAuthority: Hashable, Sendable {
    /// The primary name server.
    public var primary: Name
    /// The mailbox of who is responsible, its first label being what stands before the `@`.
    public var mailbox: Name
    /// The version of the zone.
    public var serial: UInt32
    /// How often a secondary looks for a new serial.
    public var refresh: UInt32
    /// How soon it tries again.
    public var retry: UInt32
    /// How long it serves without its primary.
    public var expire: UInt32
    /// How long a negative answer may be kept (RFC 2308, section 4).
    public var minimum: UInt32

    /// The content of an SOA record.
    public init(
        primary: Name, mailbox: Name, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32, minimum: UInt32
    ) {
        self.primary = primary
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }
}
