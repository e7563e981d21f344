import FleetModel

extension ManifestChecker {
    /// Thousandths of a core.
    mutating func cpu(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let text = node.text, let millis = Quantity.millis(text) else {
            note(.wrongType, at: node, path: path, "expected cores such as 0.5, 2 or 500m, found \(node.found)")
            return nil
        }
        guard ResourceSpec.cpuRange.contains(millis) else {
            note(.badValue, at: node, path: path, "expected 10m to 1024 cores, found \(node.found)")
            return nil
        }
        return .integer(millis)
    }

    /// Bytes.
    mutating func bytes(
        _ node: ManifestNode, _ range: ClosedRange<Int>, _ words: String, path: String
    ) -> ManifestValue? {
        guard let text = node.text, let bytes = Quantity.bytes(text) else {
            let meant = node.isReplaced ? nil : node.text.flatMap(Quantity.meant(by:))
            note(
                .wrongType, at: node, path: path,
                "expected bytes such as 512Mi, 1Gi or 500M, found \(node.found)"
                    + (meant.map { "; did you mean \($0)?" } ?? ""))
            return nil
        }
        guard range.contains(bytes) else {
            note(.badValue, at: node, path: path, "expected \(words), found \(node.found)")
            return nil
        }
        return .integer(bytes)
    }
}
