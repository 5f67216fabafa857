# Beside mongod in each pod. In the first one, which the localhost exception lets in while there is no user yet, it makes
# the set and its users, and tries until that is done; in the others it waits with the pod.
trap 'exit 0' TERM
if [ "$HOSTNAME" = mongo-0 ]; then
  until mongosh --quiet --norc "mongodb://127.0.0.1:27017/admin?directConnection=true" /etc/mongo/initiate.js; do
    sleep 5 & wait
  done
fi
sleep infinity & wait
