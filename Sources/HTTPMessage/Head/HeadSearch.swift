internal import Glibc

/// Finds where a head ends, looking at each octet once however slowly they come.
struct HeadSearch {
    /// Octets in which the end is not.
    private(set) var searched = 0
    private var lineStart = 0

    /// How long the head is, its empty line included; nil when its end has not come. Throws when a line ends in a line feed alone.
    mutating func length(in bytes: OctetPointer, limit: Int, whenOver: HTTPProblem) throws(HTTPProblem) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        while searched < bytes.count {
            guard let found = memchr(base + searched, Int32(Octets.lineFeed), bytes.count - searched) else {
                searched = bytes.count
                break
            }
            let index = UnsafeRawPointer(found) - base
            guard index > lineStart, bytes[index - 1] == Octets.carriageReturn else {
                throw HTTPProblem(whenOver.status == 502 ? 502 : 400, "a line that ends without a carriage return")
            }
            searched = index + 1
            if index - 1 == lineStart {
                guard searched <= limit else { throw whenOver }
                return searched
            }
            lineStart = searched
        }
        guard searched < limit else { throw whenOver }
        return nil
    }
}
