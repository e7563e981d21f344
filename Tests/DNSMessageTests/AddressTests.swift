import DNSMessage
import Testing

@Suite("Addresses")
struct AddressTests {
    @Test(
        "an IPv4 address is read and written as four decimal numbers", arguments: ["0.0.0.0", "127.88.0.11", "255.255.255.255"])
    func ipv4(text: String) {
        #expect(IPv4Address(text)?.description == text)
    }

    @Test(
        "text that is no IPv4 address is not read as one",
        arguments: ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "1.2.3.4 ", "a.b.c.d", "1..3.4"])
    func notIPv4(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test(
        "an IPv6 address is written as RFC 5952 says",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("fd00:0000::0011", "fd00::11"),
            ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func ipv6(text: String, canonical: String) {
        #expect(IPv6Address(text)?.description == canonical)
    }

    @Test(
        "text that is no IPv6 address is not read as one",
        arguments: [
            "", ":", ":::", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7::8",
            "::1%lo", "192.0.2.1::", "::+1",
        ])
    func notIPv6(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test("an address has the reverse name of its family's tree")
    func reverse() {
        #expect(IPAddress("127.88.0.11")?.reverseName.description == "11.0.88.127.in-addr.arpa")
        #expect(
            IPAddress("2001:db8::567:89ab")?.reverseName.description
                == "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")
    }

    @Test("an address is a label when its dots and colons are hyphens")
    func dashed() {
        #expect(IPAddress("127.88.0.11")?.dashed == "127-88-0-11")
        #expect(IPAddress("fd00::1")?.dashed == "fd00--1")
    }
}
