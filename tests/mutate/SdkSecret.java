// @path src/main/java/SdkSecret.java
// @finds wrong-credential@error
// @rename builder name
// @split Signed Up
// @constant MIXPANEL_API_SECRET
import com.mixpanel.mixpanelapi.MessageBuilder;
import com.mixpanel.mixpanelapi.MixpanelAPI;

public class SdkSecret {
    private static final String MIXPANEL_API_SECRET = System.getenv("MIXPANEL_API_SECRET");
    // ~
    private final MixpanelAPI api = new MixpanelAPI();
    // ~
    private String hello() {
        return "hello";
    }
    // ~
    public void signedUp(String user) throws Exception {
        String name = "Signed Up";
        // <
        MessageBuilder builder = new MessageBuilder(MIXPANEL_API_SECRET);
        api.sendMessage(builder.event(user, name, null));
        // >
    }
    // ~
}
