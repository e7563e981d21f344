import FoundationEssentials
import Glibc

/// What addresses this machine has, and where it sends others.
enum MachineAddresses {
    /// Whether an interface of this machine has an address.
    static func has(_ address: String, on interface: String) -> Bool {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return false }
        defer { freeifaddrs(first) }
        var wanted = in_addr()
        guard inet_pton(AF_INET, address, &wanted) == 1 else { return false }
        var next = first
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let place = entry.pointee.ifa_addr, Int32(place.pointee.sa_family) == AF_INET,
                String(cString: entry.pointee.ifa_name) == interface
            else { continue }
            let found = place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
            if found == wanted.s_addr { return true }
        }
        return false
    }

    /// The blocks that routes of this machine lead to, but for the default one (proc(5), `/proc/net/route`).
    static func routes() -> [AddressBlock] {
        let text = (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t")
            guard fields.count > 7, let address = UInt32(fields[1], radix: 16), let mask = UInt32(fields[7], radix: 16), mask != 0
            else { return nil }
            return AddressBlock(address.byteSwapped, bits: mask.nonzeroBitCount)
        }
    }
}
