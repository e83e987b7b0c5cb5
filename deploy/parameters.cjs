"use strict";

// The parts of serverless.yml that are there only when a parameter asks for them.

const MODEL_URI = /^s3:\/\/([a-z0-9.-]+)\/([^?#*$]+)(?:\?versionId=([^&#]+))?$/;

module.exports = async ({ resolveVariable }) => {
  const param = async (name) => String(await resolveVariable(`param:${name}`));

  const modelUri = await param("modelUri");
  const modelSha256 = await param("modelSha256");
  const bulkBucket = await param("bulkBucket");
  const authorizer = await param("authorizer");
  const reserved = await param("reservedConcurrency");
  const snapStart = await param("snapStart");

  require_(!modelUri || MODEL_URI.test(modelUri), "modelUri", "s3://bucket/key, with or without ?versionId=...");
  require_(
    modelUri || modelSha256 ? /^[0-9a-fA-F]{64}$/.test(modelSha256) : true,
    "modelSha256",
    "64 hexadecimal digits, and is needed with modelUri",
  );
  require_(/^[a-z0-9.-]*$/.test(bulkBucket), "bulkBucket", "the name of a bucket");
  require_(["none", "aws_iam"].includes(authorizer), "authorizer", "none or aws_iam");
  require_(/^[0-9]*$/.test(reserved), "reservedConcurrency", "a whole number, or empty");
  require_(["true", "false"].includes(snapStart), "snapStart", "true or false");

  return {
    environment: {
      OPENBLAS_NUM_THREADS: "1", // a second thread starts slowly, and this network is too small for it
      CORS_ORIGINS: await param("corsOrigins"),
      ...(modelSha256 && { MODEL_SHA256: modelSha256 }),
      ...(modelUri && { MODEL_URI: modelUri }),
      ...(bulkBucket && { BULK_BUCKET: bulkBucket }),
    },
    statements: [...(modelUri ? [readModel(modelUri)] : []), ...(bulkBucket ? [readBucket(bulkBucket)] : [])],
    url: authorizer === "aws_iam" ? { authorizer } : true,
    reservedConcurrency: reserved === "" ? null : Number(reserved),
    snapStart: snapStart === "true",
  };
};

function require_(condition, name, wanted) {
  if (!condition) throw new Error(`The parameter ${name} must be ${wanted}.`);
}

function readModel(uri) {
  const [, bucket, key, versionId] = MODEL_URI.exec(uri);
  // One action or the other: S3 asks for the second when a version is named.
  return allow([versionId ? "s3:GetObjectVersion" : "s3:GetObject"], `${bucket}/${key}`);
}

function readBucket(bucket) {
  return allow(["s3:GetObject", "s3:GetObjectVersion"], `${bucket}/*`);
}

function allow(actions, path) {
  return { Effect: "Allow", Action: actions, Resource: { "Fn::Sub": `arn:\${AWS::Partition}:s3:::${path}` } };
}
