// Placeholder
print("protoc-gen-idv")
